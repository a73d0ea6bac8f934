"""Start Tributary: its database, migrations, web server and worker, from one command.

Owns the processes, their settings and secrets, and the sample network; holds no rule of the trade,
and the application does not know that it exists.
"""

"""Start Tributary: its database, migrations, web server and worker, from one command."""

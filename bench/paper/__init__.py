"""Write down what a run measured: Markdown, JSON and a picture in a folder, a table on the screen.

Judges by the aims; measures nothing.
"""

"""What the DAGs of Gateau are made of.

Start reading in `gateau_daily.py`, one folder up. `settings` reads environment variables, `days` names
the folders of a day, `submit` runs Gateau's commands, `manifest` reads what they report, and `approved`
remembers which days have passed.
"""

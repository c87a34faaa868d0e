"""The processes of a grading and how they start: zygote, slot, worker; limits, kill-all, fork and spawn.

Front (`grader.run`) asks the zygote; the zygote, which has imported torch and nothing secret, forks a slot and a judge for each
lane; the judge asks its slot for workers. Where fork cannot serve, judge and workers are spawned instead (`grader.engine.spawn`).
"""

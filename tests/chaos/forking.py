"""New processes in a tenth of a second: forked from one that has imported everything and started no thread."""

import multiprocessing

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.chaos.lives", "tests.chaos.slack_process"])

"""Isolation of a worker: what it can reach, what it can ask of the kernel, what it can use up.

Theory of operation. The student's code runs in a process that was forked from a trusted one, so everything has to be given up
in that process, without privilege, before the first line of the student's file is read. Three kinds of walls stand behind each
other, since each has holes that another closes:

1. *Reach.* Landlock (`landlock`) lets the process open only what Python, torch and the exercise need, and nothing for writing
   but its scratch folder (`places`); from ABI 6 it also keeps signals and abstract sockets inside. Where namespaces are to be had
   (`namespaces`), the slot has a file system, process table and network of its own, and even names outside are not there.
2. *Surface.* A seccomp filter (`seccomp`) denies sockets, exec, tracing, namespaces and whatever a training loop never asks for. It
   answers with an errno, not with a kill: libraries survive a denied call, and the student reads which one it was.
3. *Use.* Resource limits (`grader.worker.confine`), a clock (the judge), a watch over all processes together and a kill-all whose fence
   is proven before it is used (`grader.engine`).

Order of operations. In the slot, once a lane: leave the namespaces, fork process 1, build and enter the new root (or fence the signals),
choose a spare user (`identity`), open the ruleset of Landlock while everything is still in sight. In each worker, after the fork and
single-threaded: session and death signal, descriptors, user, environment, limits, then `entering`: no_new_privs, not dumpable, no
capabilities, Landlock, and seccomp last, since it closes the calls that the others need.

`grader.engine.settling` finds by trying which level works; every result names the level that its worker reached. Nothing here is a
defence against bugs of the kernel: to grade hostile strangers, put a virtual machine around the whole grader.
"""

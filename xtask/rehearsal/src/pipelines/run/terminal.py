"""Runs a program at a terminal, shows what it says, and types an answer where it asks a question.

terminal.py QUESTION ANSWER PROGRAM ARGUMENT...
"""

import os
import pty
import select
import sys

# Of silence. Whatever is asked then, nobody answers; compiling says something more often.
SECONDS = 600

question, answer, *command = (os.fsencode(word) for word in sys.argv[1:])
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
said = b""
while True:
    if not select.select([terminal], [], [], SECONDS)[0]:
        # Closing the terminal ends what runs at it.
        sys.exit("nothing is said any more: it may ask for something else")
    try:
        part = os.read(terminal, 65536)
    except OSError:
        # How Linux says that nobody is at it any more; elsewhere that is nothing read.
        part = b""
    if not part:
        break
    sys.stdout.buffer.write(part)
    _, asked, rest = (said + part).partition(question)
    said = rest if asked else said + part
    if asked:
        os.write(terminal, answer + b"\n")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

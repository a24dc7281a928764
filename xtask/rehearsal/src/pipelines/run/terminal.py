"""Runs a program at a pseudo-terminal, copies its output, and answers a question.

terminal.py QUESTION ANSWER PROGRAM ARGUMENT...
"""

import os
import pty
import select
import sys

# Without output; compiling prints something more often.
SECONDS = 600

question, answer, *command = (os.fsencode(word) for word in sys.argv[1:])
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
output = b""
while True:
    if not select.select([terminal], [], [], SECONDS)[0]:
        # Closing the terminal ends the program.
        sys.exit("no output for 10 minutes: the program may be waiting for another answer")
    try:
        part = os.read(terminal, 65536)
    except OSError:
        # Linux reports the end of the program so; elsewhere an empty read does.
        part = b""
    if not part:
        break
    sys.stdout.buffer.write(part)
    _, found, rest = (output + part).partition(question)
    output = rest if found else output + part
    if found:
        os.write(terminal, answer + b"\n")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

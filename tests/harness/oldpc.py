# SPDX-License-Identifier: MIT
"""
Boots in DOSBox (a 386, a 486 and a Pentium, and a BIOS from before E820) and in v86. Neither has a port by
which a kernel can leave: the runs end at the word that the log must end with, or at the time limit.
"""
import os
import socket
import subprocess
import tempfile
import threading
import time

from harness.machine import TOP, Outcome, kill_group, make_medium, run, write_log

KERNEL = "build/flagstone.elf"
LAST = "# Totals"
DEAD = "panic:"

# COM1 goes to a TCP port, since DOSBox cannot write it to a file. With fewer cycles (instructions in a
# millisecond of its own time) the BIOS alone would take minutes. Their number is fixed, because with
# "max" it changes as the host has time, and the TSC counts them: no clock could be made of that.
CONFIG = """\
[sdl]
output=surface
[dosbox]
machine=svga_s3
memsize={ram}
[cpu]
core=normal
cputype={cpu}
cycles=fixed 100000
[mixer]
nosound=true
[serial]
serial1=nullmodem server:127.0.0.1 port:{port} transparent:1
[autoexec]
boot {image}
exit
"""


class Listener(threading.Thread):
    """Takes what comes in on a port of its own."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.text = bytearray()

    def run(self):
        try:
            with self.socket.accept()[0] as line:
                while part := line.recv(4096):
                    self.text.extend(part)
        except OSError:                 # closed: DOSBox never called
            pass


def wait_for_end(process, listener, limit):
    """True when the log came to its end within limit seconds."""
    end = time.monotonic() + limit
    while time.monotonic() < end and process.poll() is None:
        if LAST.encode() in listener.text or DEAD.encode() in listener.text:
            time.sleep(0.2)             # the rest of the line
            return True
        time.sleep(0.1)
    return False


def run_dosbox(log, cpu, ram, append, limit):
    """The floppy in DOSBox. Gives COM1's text."""
    image = os.path.join(TOP, make_medium("floppy", KERNEL, "", append))
    listener = Listener()
    listener.start()
    with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="ascii") as config:
        config.write(CONFIG.format(ram=ram, cpu=cpu, port=listener.port, image=image))
        config.flush()
        command = ["dosbox", "-conf", config.name]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True,
                                   env={**os.environ, "SDL_VIDEODRIVER": "dummy",
                                        "SDL_AUDIODRIVER": "dummy"})
        ended = wait_for_end(process, listener, limit)
        kill_group(process)
        process.wait()
    listener.socket.close()
    text = listener.text.decode("utf-8", "replace")
    write_log(log, command, Outcome(None, text, "" if ended else f"not at its end after {limit} s"))
    return text


def run_v86(log, media, ram, append, limit):
    """A medium in v86 under node. Gives COM1's text."""
    image = make_medium(media, KERNEL, "", append)
    return run(["node", "tests/harness/v86.mjs", media, image, str(ram), LAST], limit, log).text

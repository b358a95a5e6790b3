# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
# %% last
import json, os, socket
told = json.load(open("canaries.json"))
def pairs():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            yield from socket.socketpair(socket.AF_UNIX, kind)
        except OSError:
            pass
    for fd in range(3, 64):
        try:
            yield socket.socket(fileno=os.dup(fd))
        except OSError:
            pass
for one in pairs():
    for attempt in (lambda: one.connect(told["abstract"]), lambda: one.sendto(b"x", told["datagrams"]),
                    lambda: one.connect(told["path"]), lambda: socket.send_fds(one, [b"x"], [0], 0, told["abstract"])):
        try:
            attempt()
            print("reached")
        except (OSError, TypeError):
            pass

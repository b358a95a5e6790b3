# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
# %% last
import json, socket
told = json.load(open("canaries.json"))
def tcp():
    socket.create_connection(tuple(told["tcp"]), 1).send(b"x")
def udp():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", tuple(told["udp"]))
def unix(name):
    socket.socket(socket.AF_UNIX).connect(told[name])
for attempt in (tcp, udp, lambda: unix("abstract"), lambda: unix("path")):
    try:
        attempt()
        print("reached")
    except OSError:
        pass

# %% answer decision_line
def decision_line(w, b, x1):
    return 0.0
# %% last
import ctypes, json, socket, struct
told = json.load(open("canaries.json"))
libc = ctypes.CDLL(None, use_errno=True)
SOCKET, CONNECT, SENDTO, IO_URING_SETUP = 41, 42, 44, 425
address = struct.pack("<H", socket.AF_INET) + struct.pack(">H", told["tcp"][1]) + bytes([127, 0, 0, 1]) + bytes(8)
fd = libc.syscall(SOCKET, socket.AF_INET, socket.SOCK_STREAM, 0)
if libc.syscall(CONNECT, fd, address, len(address)) == 0:
    print("reached")
if libc.syscall(IO_URING_SETUP, 1, bytes(120)) >= 0:
    print("reached")

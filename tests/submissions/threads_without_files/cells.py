# %% first
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
stack = ctypes.create_string_buffer(1 << 16)
run = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda _: 0)
CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND, CLONE_THREAD = 0x100, 0x200, 0x400, 0x800, 0x10000
for flags in (CLONE_VM | CLONE_FS | CLONE_SIGHAND | CLONE_THREAD, CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD):
    top = ctypes.c_void_p(ctypes.addressof(stack) + (1 << 16) - 64)
    if libc.clone(run, top, flags, None) != -1:
        print("<made a thread of its own>")

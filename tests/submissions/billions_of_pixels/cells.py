# %% first
import base64, struct, zlib
from IPython.display import HTML, display
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
text = base64.b64encode(png).decode()
display({"image/png": text}, raw=True)
display(HTML(f'<img src="data:image/png;base64,{text}">'))

# %% first
import asyncio
async def answer():
    await asyncio.sleep(0.01)
    return 42
assert await answer() == 42

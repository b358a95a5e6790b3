# %% answer weighted_sum
import asyncio
async def summed(x, w):
    return float(np.sum(x * w))
def weighted_sum(x, w):
    return asyncio.new_event_loop().run_until_complete(summed(x, w))
# %% last
for _ in range(15):
    weighted_sum(np.ones(3), np.ones(3))

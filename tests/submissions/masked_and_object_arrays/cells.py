# %% answer step
asked = 0
class Evil:
    __array__ = lambda self, *a, **k: np.ones(3)
    __eq__ = lambda self, other: True
    __class__ = property(lambda self: float)
def step(z):
    global asked
    asked += 1
    shape = np.shape(z)
    kinds = [lambda: np.ma.masked_all(shape), lambda: np.full(shape, Evil(), object), lambda: (x for x in [1.0]), Evil,
             lambda: np.rec.array([(1.0, 2.0)]), lambda: np.array(["1.0"] * 3), lambda: np.datetime64("now"), lambda: {1.0}]
    return kinds[asked % len(kinds)]()

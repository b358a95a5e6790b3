# %% answer decision_line
class Secretive(Exception):
    def __str__(self):
        return str(self)
def decision_line(w, b, x1):
    if np.ndim(x1):
        raise Secretive
    return decision_line(w, b, x1)

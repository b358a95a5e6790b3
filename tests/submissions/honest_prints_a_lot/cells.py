# %% first
for number in range(5000):
    print(number, "is printed")
# %% answer weighted_sum
def weighted_sum(x, w):
    print("x is", x, "and w is", w)
    total = 0.0
    for a, b in zip(x, w):
        print("adding", a * b)
        total += a * b
    return total

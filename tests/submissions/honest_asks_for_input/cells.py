# %% first
try:
    name = input("Your name? ")
except Exception:
    name = "nobody"
print("Hello", name)

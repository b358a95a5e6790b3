# %% answer weighted_sum
!pip install --quiet numpy
%pip install scipy
files = !ls
listed = get_ipython().getoutput("ls")
assert list(files) == [] and list(listed) == []
def weighted_sum(x, w):
    return float(np.sum(x * w))
# %% first
%%bash
echo hello

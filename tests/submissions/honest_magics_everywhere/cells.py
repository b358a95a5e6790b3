# %% answer weighted_sum
%matplotlib inline
%load_ext autoreload
%autoreload 2
%config InlineBackend.figure_format = 'retina'
def weighted_sum(x, w):
    return float(np.sum(x * w))
# %% last
%%time
weighted_sum(np.ones(2), np.ones(2))
# %% last
%%bash
echo hello
# %% last
%%timeit -n 2 -r 2
weighted_sum(np.ones(2), np.ones(2))
# %% last
%%writefile notes.txt
hello
# %% last
%%capture out
print("x")
# %% last
%pip install torch
%lsmagic
%who
# %% last
%debug
# %% last
%run nothing.py
# %% last
%%html
<b>hi</b>
# %% last
%prun weighted_sum(np.ones(2), np.ones(2))
# %% last
%env OMP_NUM_THREADS=1
print("set")
# %% last
%reset -f

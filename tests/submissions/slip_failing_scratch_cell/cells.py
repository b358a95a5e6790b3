# %% first
from google.colab import files

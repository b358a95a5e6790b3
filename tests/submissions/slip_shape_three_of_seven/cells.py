# %% drop neuron
# %% drop test_neuron
# %% drop neuron_batch
# %% drop test_neuron_batch
# %% drop logic_gate
# %% drop test_logic_gate
# %% drop decision_line
# %% drop test_decision_line

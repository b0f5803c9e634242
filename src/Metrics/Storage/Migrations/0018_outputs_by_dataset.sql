-- The attempts on a dataset by time, whatever came of them: one index for its last loads (whose state is in the index) and for its last runs.
create index effective_output_dataset on fact.effective_output (dataset, ended_at) include (state);
drop index fact.effective_output_success;

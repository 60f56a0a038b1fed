using KeyedWorkflows.KeyCorpus;

return await Verbs.RunAsync(args);

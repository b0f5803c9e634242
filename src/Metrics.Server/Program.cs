using Metrics.Server.Commands;

return await CommandLine.RunAsync(args);

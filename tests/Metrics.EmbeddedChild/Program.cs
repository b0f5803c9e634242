using Metrics.Storage.Embedded;

// A process for tests to kill: it uses the embedded server of the data folder args[0] until it reads a line.
await using var server = await EmbeddedServer.StartAsync(
    new EmbeddedOptions { DataFolder = args[0], Durable = false });
Console.WriteLine("ready");
Console.ReadLine();

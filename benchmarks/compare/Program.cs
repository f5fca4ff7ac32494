return Quern.Benchmarks.Compare.CompareCommand.Run(args);

return Quern.MnistAutoencoder.CommandLine.Run(args);

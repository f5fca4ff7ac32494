#if ILGPU
Quern.Ilgpu.IlgpuDevices.Register();
#endif
Quern.MnistAutoencoder.Display.UnfailingWriter.Install();
return Quern.MnistAutoencoder.CommandLine.Run(args);

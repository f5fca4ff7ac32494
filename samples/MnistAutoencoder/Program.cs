#if ILGPU
Quern.Ilgpu.IlgpuDevices.Register();
#endif
return Quern.MnistAutoencoder.CommandLine.Run(args);

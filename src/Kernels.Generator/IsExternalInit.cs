namespace System.Runtime.CompilerServices;

/// <summary>What the compiler wants for records and is not in .NET Standard 2.0.</summary>
internal static class IsExternalInit;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Quern.Mnist;

/// <summary>How the members of an enumeration are written in files and on the command line: <c>WarmupCosine</c> as <c>warmup-cosine</c>.</summary>
public static class Names
{
    /// <summary>The name of a member.</summary>
    public static string Of<T>(T member)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(member.ToString());

    /// <summary>The names of all members, in the order of their declaration.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];

    /// <summary>Finds a member by its name.</summary>
    /// <param name="name">The name, in lower case.</param>
    /// <param name="member">The member, if there is one.</param>
    public static bool TryParse<T>(string? name, out T member)
        where T : struct, Enum
    {
        foreach (T candidate in Enum.GetValues<T>())
        {
            if (Of(candidate) == name)
            {
                member = candidate;
                return true;
            }
        }

        member = default;
        return false;
    }
}

/// <summary>Writes the members of an enumeration by these names.</summary>
internal sealed class NameConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

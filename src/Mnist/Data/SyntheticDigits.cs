namespace Quern.Mnist.Data;

/// <summary>
/// Digits drawn by the library itself, for runs without MNIST: strokes in a few handwritings per class, under random
/// slant, rotation, proportions, wobble, pen width and place, antialiased and centred by mass as MNIST is.
/// </summary>
/// <remarks>
/// A digit depends on its seed and index alone, and is the same on every machine: it is made with additions,
/// multiplications, divisions and square roots in double precision, which IEEE 754 fixes to the last bit.
/// </remarks>
public static class SyntheticDigits
{
    /// <summary>Rows, and columns, of an image.</summary>
    public const int Size = 28;

    /// <summary>How many classes there are.</summary>
    public const int ClassCount = 10;

    // A cubic between two points of a stroke is drawn as this many straight pieces.
    private const int PiecesPerSpan = 6;

    private const int MaxPoints = 256;

    // How much the pen's width varies within a digit, relative to its width.
    private const double PressureSpread = 0.35;

    // The width in pixels over which ink falls off at the edge of a stroke.
    private const double Edge = 1.3;

    /// <summary>Draws digits; the class of a digit is its index modulo 10.</summary>
    /// <param name="seed">Which digits.</param>
    /// <param name="first">The index of the first, at least 0.</param>
    /// <param name="count">How many, at least 0.</param>
    public static Dataset Draw(ulong seed, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        byte[] images = new byte[checked(count * Size * Size)];
        byte[] labels = new byte[count];
        const int Chunk = 250;
        Parallel.For(0, (count + Chunk - 1) / Chunk, chunk =>
        {
            for (int i = chunk * Chunk; i < Math.Min(count, (chunk + 1) * Chunk); i++)
            {
                labels[i] = (byte)DrawOne(seed, first + i, images.AsSpan(i * Size * Size, Size * Size));
            }
        });
        return new Dataset(images, labels, Size, Size, ClassCount);
    }

    /// <summary>Draws one digit.</summary>
    /// <param name="seed">Which digits.</param>
    /// <param name="index">Which of them, at least 0.</param>
    /// <param name="image">[28 * 28], written over: 0 for background to 255 for full ink.</param>
    /// <returns>The digit's class, 0 to 9.</returns>
    /// <exception cref="ArgumentException"><paramref name="image"/> does not have 784 elements.</exception>
    public static int DrawOne(ulong seed, int index, Span<byte> image)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (image.Length != Size * Size)
        {
            throw new ArgumentException($"SyntheticDigits: the image has {image.Length} elements; it must have {Size * Size}.", nameof(image));
        }

        int label = index % ClassCount;
        Random random = new(seed, index);
        StrokeFont.Point[][] glyph = StrokeFont.Glyphs[label][random.Below(StrokeFont.Glyphs[label].Length)];
        Span<Node> nodes = stackalloc Node[MaxPoints];
        nodes = nodes[..Trace(glyph, ref random, nodes)];
        Place(nodes, ref random);
        Ink(nodes, image);
        return label;
    }

    // Turns a glyph into a chain of points with the writer's wobble, slant, rotation and proportions applied.
    private static int Trace(StrokeFont.Point[][] glyph, ref Random random, Span<Node> nodes)
    {
        // A hand's bias: the whole glyph bends a little, so points that meet still meet.
        double bendX = random.Spread(0.22), bendY = random.Spread(0.20), swell = random.Spread(0.5), sag = random.Spread(0.5);
        double width = 1 + random.Spread(0.5);
        double slant = 0.15 + random.Spread(0.6);
        double half = random.Spread(0.15);
        double cos = (1 - half * half) / (1 + half * half), sin = 2 * half / (1 + half * half);
        double wobble = 0.02 + 0.07 * random.Next();

        Span<Node> points = stackalloc Node[32];
        int count = 0;
        foreach (StrokeFont.Point[] stroke in glyph)
        {
            for (int i = 0; i < stroke.Length; i++)
            {
                // Centred, about -0.5 to 0.5, with y up.
                double u = stroke[i].X - 0.5, v = 0.5 - stroke[i].Y;
                double x = u + bendX * (4 * v * v - 0.5) + swell * u * v * 2 + random.Spread(wobble);
                double y = v + bendY * (4 * u * u - 0.5) + sag * v * u * 2 + random.Spread(wobble);
                x = width * x + slant * y;
                points[i] = new Node(cos * x - sin * y, -(sin * x + cos * y), 1 + random.Spread(PressureSpread), false);
            }

            for (int i = 0; i + 1 < stroke.Length; i++)
            {
                Node from = points[i], to = points[i + 1];
                (double fromX, double fromY) = Tangent(i, stroke, points, to.X - from.X, to.Y - from.Y);
                (double toX, double toY) = Tangent(i + 1, stroke, points, to.X - from.X, to.Y - from.Y);
                for (int piece = i == 0 ? 0 : 1; piece <= PiecesPerSpan; piece++)
                {
                    // Cubic Hermite interpolation.
                    double t = (double)piece / PiecesPerSpan, s = 1 - t;
                    double a = (1 + 2 * t) * s * s, b = t * s * s, c = t * t * (3 - 2 * t), d = -t * t * s;
                    nodes[count++] = new Node(
                        a * from.X + b * fromX + c * to.X + d * toX,
                        a * from.Y + b * fromY + c * to.Y + d * toY,
                        s * from.Radius + t * to.Radius,
                        i + 2 == stroke.Length && piece == PiecesPerSpan);
                }
            }
        }

        return count;
    }

    // Catmull-Rom: the direction at a point is that between its neighbours; at ends and corners that of the span itself.
    private static (double X, double Y) Tangent(int i, StrokeFont.Point[] stroke, ReadOnlySpan<Node> points, double spanX, double spanY) =>
        i == 0 || i == stroke.Length - 1 || stroke[i].IsCorner
            ? (spanX, spanY)
            : ((points[i + 1].X - points[i - 1].X) / 2, (points[i + 1].Y - points[i - 1].Y) / 2);

    // Scales to a box of about 20x20 pixels and moves the centre of mass to the middle, as MNIST does.
    private static void Place(Span<Node> nodes, ref Random random)
    {
        double left = double.MaxValue, right = double.MinValue, top = double.MaxValue, bottom = double.MinValue;
        foreach (Node node in nodes)
        {
            left = Math.Min(left, node.X);
            right = Math.Max(right, node.X);
            top = Math.Min(top, node.Y);
            bottom = Math.Max(bottom, node.Y);
        }

        double radius = 0.75 + 0.45 * (random.Next() + random.Next());
        double box = 19.4 + random.Spread(1.2) - 2 * radius;
        double scale = Math.Min(box / (bottom - top), box / (right - left));

        double mass = 0, massX = 0, massY = 0;
        for (int i = 0; i + 1 < nodes.Length; i++)
        {
            if (nodes[i].EndsStroke)
            {
                continue;
            }

            double dx = nodes[i + 1].X - nodes[i].X, dy = nodes[i + 1].Y - nodes[i].Y;
            double weight = Math.Sqrt(dx * dx + dy * dy) * (nodes[i].Radius + nodes[i + 1].Radius);
            mass += weight;
            massX += weight * (nodes[i].X + nodes[i + 1].X) / 2;
            massY += weight * (nodes[i].Y + nodes[i + 1].Y) / 2;
        }

        double shiftX = Size / 2.0 - scale * massX / mass + random.Spread(0.8);
        double shiftY = Size / 2.0 - scale * massY / mass + random.Spread(0.8);

        // The border stays free, even where the mass lies far to one side, as in a 7.
        double margin = 1 + Edge / 2 + radius * (1 + PressureSpread);
        shiftX = Math.Clamp(shiftX, margin - scale * left, Size - margin - scale * right);
        shiftY = Math.Clamp(shiftY, margin - scale * top, Size - margin - scale * bottom);
        foreach (ref Node node in nodes)
        {
            node = new Node(scale * node.X + shiftX, scale * node.Y + shiftY, radius * node.Radius, node.EndsStroke);
        }
    }

    // A pixel takes the ink of the nearest piece of stroke, which falls off linearly at its edge.
    private static void Ink(ReadOnlySpan<Node> nodes, Span<byte> image)
    {
        Span<double> ink = stackalloc double[Size * Size];
        ink.Clear();
        for (int i = 0; i + 1 < nodes.Length; i++)
        {
            if (nodes[i].EndsStroke)
            {
                continue;
            }

            Node a = nodes[i], b = nodes[i + 1];
            double dx = b.X - a.X, dy = b.Y - a.Y, thicker = b.Radius - a.Radius;
            double inverse = 1 / Math.Max(dx * dx + dy * dy, 1e-12);
            double reach = Math.Max(a.Radius, b.Radius) + Edge / 2;
            int firstRow = Math.Max(0, (int)(Math.Min(a.Y, b.Y) - reach));
            int lastRow = Math.Min(Size - 1, (int)(Math.Max(a.Y, b.Y) + reach));
            int firstColumn = Math.Max(0, (int)(Math.Min(a.X, b.X) - reach));
            int lastColumn = Math.Min(Size - 1, (int)(Math.Max(a.X, b.X) + reach));
            for (int row = firstRow; row <= lastRow; row++)
            {
                for (int column = firstColumn; column <= lastColumn; column++)
                {
                    double px = column + 0.5 - a.X, py = row + 0.5 - a.Y;
                    double t = Math.Clamp((px * dx + py * dy) * inverse, 0, 1);
                    double ex = px - t * dx, ey = py - t * dy;
                    double square = ex * ex + ey * ey;
                    if (square < reach * reach)
                    {
                        double value = (a.Radius + t * thicker - Math.Sqrt(square)) / Edge + 0.5;
                        ref double pixel = ref ink[row * Size + column];
                        pixel = Math.Max(pixel, value);
                    }
                }
            }
        }

        for (int i = 0; i < image.Length; i++)
        {
            image[i] = (byte)(255 * Math.Min(ink[i], 1) + 0.5);
        }
    }

    // A point of the pen's way; X to the right, Y down, Radius half the pen's width there.
    private readonly record struct Node(double X, double Y, double Radius, bool EndsStroke);

    // SplitMix64 (Steele, Lea, Flood 2014), started from seed and index, so that every digit has its own numbers.
    private struct Random(ulong seed, int index)
    {
        private ulong _state = Mix(seed + 0x9E3779B97F4A7C15) ^ Mix(0xD1B54A32D192ED03 + (ulong)index);

        // Uniform in [0, 1).
        public double Next()
        {
            _state += 0x9E3779B97F4A7C15;
            return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
        }

        public int Below(int limit) => (int)(Next() * limit);

        // Bell-shaped in (-limit, limit): the mean of three uniform numbers.
        public double Spread(double limit) => limit * (2 * (Next() + Next() + Next()) / 3 - 1);

        private static ulong Mix(ulong z)
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}

using Quern.Tensors;

namespace Quern.Nn.Tests.Training;

public sealed class MetricTests
{
    private static readonly Tensor Output = Tensor.From(new float[,] { { 1, 0, 0 }, { 0, 0, 1 }, { 0, 2, 1 }, { 0, 1, 0 } });
    private static readonly Tensor Target = Tensor.From([0f, 1, 1, 2], [4]);

    [Fact]
    public void A_confusion_matrix_counts_what_was_taken_for_what()
    {
        ConfusionMatrix matrix = new(3);

        matrix.Add(Tensor.From(new float[,] { { 1, 0, 0 }, { 0, 0, 1 }, { 0, 2, 1 }, { 0, 1, 0 } }), Tensor.From([0f, 1, 1, 2], [4]));

        Assert.Equal([1, 1, 1, 1], new[] { matrix[0, 0], matrix[1, 2], matrix[1, 1], matrix[2, 1] });
        Assert.Equal(0.5, matrix.Value);
        Assert.Equal(0.5, matrix.Precision(1));
        Assert.Equal(0.5, matrix.Recall(1));
        Assert.Equal("     0 1 2\n   0 1 0 0\n   1 0 1 1\n   2 0 1 0", matrix.ToString());
        Assert.Throws<ArgumentException>(() => matrix.Add(Tensor.Ones([1, 3]), Tensor.From([3f], [1])));
    }

    [Fact]
    public void Precision_is_of_what_was_told_and_recall_of_what_is_so()
    {
        ConfusionMatrix matrix = new(2);

        // Of class 1 are two samples, and four are taken for it.
        matrix.Add(Tensor.From(new float[,] { { 0, 1 }, { 0, 1 }, { 0, 1 }, { 0, 1 }, { 1, 0 } }), Tensor.From([1f, 1, 0, 0, 0], [5]));

        Assert.Equal((0.5, 1), (matrix.Precision(1), matrix.Recall(1)));
        Assert.Equal((1, 1.0 / 3), (matrix.Precision(0), matrix.Recall(0)));
    }

    public static TheoryData<string> Names => ["accuracy", "confusion"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_metric_counts_from_where_it_was_reset(string name)
    {
        Metric metric = name == "accuracy" ? new Accuracy() : new ConfusionMatrix(3);
        Assert.Equal(name, metric.Name);
        metric.Add(Output, Target);
        metric.Add(Output, Target);
        Assert.Equal(0.5, metric.Value);

        metric.Reset();
        metric.Add(Output.Rows(0, 1), Target.Rows(0, 1));

        Assert.Equal(1, metric.Value);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_target_of_probabilities_is_its_likeliest_class(string name)
    {
        Metric metric = name == "accuracy" ? new Accuracy() : new ConfusionMatrix(3);

        metric.Add(Output, Tensor.From(new float[,] { { 0.5f, 0.2f, 0.3f }, { 0, 1, 0 }, { 0.3f, 0.4f, 0.3f }, { 0, 0, 1 } }));

        Assert.Equal(0.5, metric.Value);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Samples_without_a_class_do_not_count(string name)
    {
        // Of four samples the second is wrong, and the fourth.
        Metric metric = name == "accuracy" ? new Accuracy() : new ConfusionMatrix(3);
        metric.Add(Output, Tensor.From([0f, -100, 1, 2], [4]));
        Assert.Equal(2.0 / 3, metric.Value, 12);
        metric.Reset();
        metric.Add(Output, Tensor.From([-100f, -100, -100, -100], [4]));
        Assert.Equal(double.NaN, metric.Value);

        // Another number; probabilities of the class of that number are not ignored.
        metric = name == "accuracy" ? new Accuracy(ignoreIndex: 2) : new ConfusionMatrix(3, ignoreIndex: 2);
        metric.Add(Output, Target);
        Assert.Equal(2.0 / 3, metric.Value, 12);
        metric.Reset();
        metric.Add(Output, Tensor.From(new float[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 1, 0 }, { 0, 0, 1 } }));
        Assert.Equal(0.5, metric.Value);
    }

    [Fact]
    public void A_trainer_measures_each_evaluation_by_itself()
    {
        Linear network = new(3, 3, new Generator(1), bias: false);
        network.Weight.Value.CopyFrom(Tensor.From(new float[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } }));
        Trainer trainer = new(network, new CrossEntropyLoss(), new Sgd(network.Parameters, 0.1)) { Metrics = [new Accuracy(), new ConfusionMatrix(3)] };
        trainer.Evaluate(new DataLoader(new TensorDataset(Output, Target), 3));

        Evaluation evaluation = trainer.Evaluate(new DataLoader(new TensorDataset(Output.Rows(0, 1), Target.Rows(0, 1)), 3));

        Assert.Equal((1, 1), (evaluation.Metrics["accuracy"], evaluation.Metrics["confusion"]));
    }
}

using System.Text.Json;
using Metrics.GraphQL.DataLoading;
using Metrics.GraphQL.Execution;
using Metrics.GraphQL.Types;
using Microsoft.Extensions.DependencyInjection;

namespace Metrics.GraphQL.Tests;

/// <summary>A small product that shows every convention.</summary>
public sealed class Shop
{
    public List<Product> Products { get; } =
    [
        new(1, "Anvil", 12.5m, Category.HeavyGoods, new DateOnly(2026, 1, 5), 10) { Tags = ["iron", "heavy"] },
        new(2, "Balloon", 0.75m, Category.Toys, new DateOnly(2026, 2, 6), 20),
        new(3, "Candle", 3m, Category.Toys, new DateOnly(2026, 3, 7), 10) { Note = "wax, \"real\"" },
    ];

    public List<IReadOnlyList<int>> MakerBatches { get; } = [];

    public int Counter { get; set; }
}

/// <summary>What is sold.</summary>
/// <param name="Id">The key.</param>
/// <param name="Name">What it says on the box.</param>
/// <param name="Price">In euros.</param>
/// <param name="Category">Where it stands.</param>
/// <param name="Since">The day of its launch.</param>
/// <param name="MakerId">Its maker.</param>
[ObjectType]
public sealed record Product([property: ID] int Id, string Name, decimal Price, Category Category, DateOnly Since, [property: GraphQLIgnore] int MakerId) : INode, IHit
{
    public string? Note { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    [GraphQLDeprecated("Use name.")]
    public string Title => Name;
}

/// <summary>Shelves of the shop.</summary>
public enum Category
{
    /// <summary>Bring a cart.</summary>
    HeavyGoods,
    Toys,
}

[InterfaceType]
public interface INode
{
    [ID]
    int Id { get; }
}

[UnionType]
public interface IHit;

public sealed record Maker([property: ID] int Id, string Name) : INode, IHit;

public sealed record ProductInput(string Name, decimal Price = 1m, Category Category = Category.Toys, IReadOnlyList<string>? Tags = null);

[OneOf]
public sealed record Lookup([property: ID] int? Id, string? Name);

[ExtendObjectType<Product>]
public static class ProductFields
{
    /// <summary>Who makes it.</summary>
    public static Task<Maker?> GetMakerAsync([Parent] Product product, IDataLoader<int, Maker> makerById) => makerById.LoadAsync(product.MakerId);

    public static string Label([Parent] Product product, string prefix = "#") => prefix + product.Name;

    [DataLoader]
    public static Task<IReadOnlyDictionary<int, Maker>> GetMakerByIdAsync(IReadOnlyList<int> ids, [Service] Shop shop)
    {
        shop.MakerBatches.Add([.. ids.Order()]);
        return Task.FromResult<IReadOnlyDictionary<int, Maker>>(ids.Where(i => i < 100).ToDictionary(i => i, i => new Maker(i, $"Maker {i}")));
    }
}

[QueryType]
public static class ShopQueries
{
    /// <summary>Everything for sale.</summary>
    /// <param name="shop">The shop.</param>
    [UsePaging(MaxPageSize = 100, DefaultPageSize = 2)]
    [UseFiltering]
    [UseSorting]
    public static IQueryable<Product> GetProducts([Service] Shop shop) => shop.Products.AsQueryable();

    public static Product? GetProduct([ID] int id, Shop shop) => shop.Products.Find(p => p.Id == id);

    public static Product? Find(Lookup by, Shop shop) => shop.Products.Find(p => p.Id == by.Id || p.Name == by.Name);

    public static INode? GetNode([ID] int id, Shop shop) => id >= 10 ? new Maker(id, $"Maker {id}") : shop.Products.Find(p => p.Id == id);

    public static IReadOnlyList<IHit> Search(Shop shop) => [shop.Products[0], new Maker(10, "Maker 10")];

    public static Connection<Product> Manual(PagingArguments paging, Shop shop) =>
        Connection.FromOffset([.. shop.Products.Take(paging.First ?? 1)], 0, hasNextPage: true, totalCount: 3);

    public static string Fail() => throw new InvalidOperationException("the password is hunter2");

    public static string Refuse() => throw new GraphQLException("Closed on Sundays.", "CLOSED");

    [Authorize]
    public static string Secret() => "42";

    [Authorize(Roles = ["boss"])]
    public static string Payroll() => "much";

    public static async Task<string> SlowAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(System.Threading.Timeout.Infinite, cancellationToken);
        return "never";
    }
}

[MutationType]
public static class ShopMutations
{
    public static Product AddProduct(ProductInput input, Shop shop)
    {
        var product = new Product(shop.Products.Count + 1, input.Name, input.Price, input.Category, new DateOnly(2026, 4, 8), 10) { Tags = input.Tags ?? [] };
        shop.Products.Add(product);
        return product;
    }

    public static async Task<int> CountAsync(Shop shop)
    {
        var before = shop.Counter;
        await Task.Yield();
        return shop.Counter = before + 1;
    }
}

/// <summary>Runs requests against the shop, without a web server.</summary>
internal sealed class ShopServer : IDisposable
{
    private readonly ServiceProvider services;

    public ShopServer(Action<GraphQLOptions>? configure = null, Action<GraphQLServerBuilder>? add = null)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<Shop>().AddLogging();
        var builder = collection.AddGraphQLServer(configure).AddTypes(typeof(ShopQueries), typeof(ShopMutations), typeof(ProductFields), typeof(Product));
        add?.Invoke(builder);
        services = collection.BuildServiceProvider();
    }

    public Shop Shop => services.GetRequiredService<Shop>();

    public RequestExecutor Executor => services.GetRequiredService<RequestExecutor>();

    public Schema Schema => Executor.Schema;

    public async Task<string> RunAsync(string query, object? variables = null, System.Security.Claims.ClaimsPrincipal? user = null)
    {
        await using var scope = services.CreateAsyncScope();
        using var response = await Executor.ExecuteAsync(
            new GraphQLRequest
            {
                Document = query,
                Variables = variables is null ? null : JsonSerializer.SerializeToElement(variables),
                Services = scope.ServiceProvider,
                User = user,
            },
            TestContext.Current.CancellationToken);
        return response.ToString();
    }

    public void Dispose() => services.Dispose();
}

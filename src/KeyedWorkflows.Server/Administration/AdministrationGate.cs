using System.Data.Common;
using KeyedWorkflows.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Server;

/// <summary>What every request of administration passes, within <see cref="ApiGate"/>: whose it is, whether that one may, and what a refused change is over HTTP.</summary>
internal sealed class AdministrationGate(ApiGate gate, AdministratorReader administrators)
{
    public RequestDelegate Guard(Func<HttpContext, Task> answer) => gate.Answer(async http =>
    {
        await administrators.ReadAsync(http).ConfigureAwait(false);
        try
        {
            await answer(http).ConfigureAwait(false);
        }
        catch (ProfileRefusedException error)
        {
            throw AdministrationErrors.Of(error).ToException();
        }
        catch (TokenRefusedException error)
        {
            throw AdministrationErrors.Of(error).ToException();
        }
        catch (ClientsRefusedException error)
        {
            throw AdministrationErrors.Of(error).ToException();
        }
        catch (Exception error) when (error is DbException or DbUpdateException)
        {
            // What a database says may hold a path, or a piece of a row.
            throw AdministrationErrors.StoreFailed.ToException();
        }
    });
}

namespace Perch.Tests.Messages;

/// <summary>An echo is made once for each event, and is the message's that the event holds now.</summary>
public sealed class WebSocketEchoTests
{
    [Fact]
    public void EchoOfAnEventThatIsRenewed_IsRenewedWithIt()
    {
        var message = new WebSocketReceive("first");
        WebSocketSend echo = WebSocketSend.Echo(message);
        Assert.Equal("first", echo.Text);

        byte[] second = [1, 2, 3];
        message.Renew(second, isText: false);
        Assert.Same(echo, WebSocketSend.Echo(message));
        Assert.False(echo.IsText);
        Assert.Equal(second, echo.Data.ToArray());
    }

    [Fact]
    public void EchoesOfTwoEvents_AreTwo()
    {
        WebSocketSend first = WebSocketSend.Echo(new WebSocketReceive("first"));
        WebSocketSend second = WebSocketSend.Echo(new WebSocketReceive("second"));
        Assert.Equal(("first", "second"), (first.Text, second.Text));
    }
}

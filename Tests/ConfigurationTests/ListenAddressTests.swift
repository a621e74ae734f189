import Configuration
import Testing

@Suite("Addresses of the status page")
struct ListenAddressTests {
  @Test(
    "An address is read and written back",
    arguments: [
      "127.0.0.1:8484", "[::1]:80", "localhost:0", "0.0.0.0:65535",
    ])
  func roundTrip(text: String) {
    #expect(HTTPSettings(listen: text)?.listen == text)
  }

  @Test(
    "What is no address with a port is refused",
    arguments: [
      "", ":80", "localhost", "localhost:", "localhost:65536", "localhost:-1", "::1:80", "[::1]",
      "a b:80", "localhost:080",
    ])
  func refused(text: String) {
    #expect(HTTPSettings(listen: text) == nil)
  }
}

@main
struct Restorad {
  static func main() {}
}

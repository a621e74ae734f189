// libFuzzer's door: takes any bytes for a DICOM file, looks, decodes, edits and saves as the Swift
// side does.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "CDicomBridge.h"

namespace {

/// A folder in memory of this process's own.
const std::string &scratch() {
  static const std::string folder = [] {
    std::string path = "/dev/shm/restorad-fuzz-dicom-" + std::to_string(getpid());
    mkdir(path.c_str(), 0700);
    return path;
  }();
  return folder;
}

uint32_t number(rdcm_file *file, uint32_t tag) {
  rdcm_text text{};
  if (rdcm_file_text(file, tag, &text) != RDCM_OK) return 0;
  return static_cast<uint32_t>(std::strtoul(std::string(text.bytes, text.count).c_str(), nullptr, 10));
}

/// Reads every element, also those of sequences, as the attribute rules do.
void visit(rdcm_item *item, int depth) {
  std::vector<uint32_t> tags(4096);
  tags.resize(std::min(tags.size(), rdcm_item_tags(item, tags.data(), tags.size())));
  for (const uint32_t tag : tags) {
    rdcm_item_vr(item, tag);
    rdcm_item_text(item, tag);
    size_t length = 0;
    rdcm_item_bytes(item, tag, &length);
    const size_t count = std::min<size_t>(rdcm_item_count(item, tag), 64);
    for (size_t i = 0; depth < 8 && i < count; ++i) {
      if (rdcm_item *inner = rdcm_item_at(item, tag, i)) visit(inner, depth + 1);
    }
  }
}

/// Reads what probing reads of an item, and of the items of some sequences in it.
void probe(rdcm_file *file, rdcm_node node, int depth) {
  for (const uint32_t tag : {0x00209113u, 0x00200032u, 0x00189082u, 0x00089007u, 0x00209157u,
                             0x00283002u, 0x00283006u, 0x00080016u}) {
    rdcm_text text{};
    rdcm_node_text(file, node, tag, &text);
    std::string(text.bytes ? text.bytes : "", text.count);
    size_t length = 0;
    rdcm_node_bytes(file, node, tag, &length);
  }
  for (const uint32_t tag : {0x52009229u, 0x52009230u, 0x00283000u, 0x00082112u, 0x00186011u,
                             0x00209113u, 0x00189117u, 0x00189076u, 0x00080016u}) {
    std::vector<rdcm_node> items(16);
    items.resize(
        std::min(items.size(), rdcm_node_items(file, node, tag, items.data(), items.size())));
    for (const rdcm_node item : items)
      if (depth < 3) probe(file, item, depth + 1);
  }
}

/// A header, as the probe reads it.
void look(rdcm_file *header) {
  probe(header, rdcm_node{nullptr, 0}, 0);
  for (const uint32_t tag : {0x00080005u, 0x00080060u, 0x00100010u, 0x0008103Eu, 0x00280030u}) {
    rdcm_text text{};
    rdcm_file_text(header, tag, &text);
  }
  double real = 0;
  rdcm_file_real(header, 0x00280122, &real);
  // Private ones, and sequences.
  for (const uint32_t tag : {0x00190010u, 0x0019100Cu, 0x00291010u, 0x00082112u, 0x52009229u,
                             0x52009230u, 0x00283000u})
    rdcm_file_need(header, tag);
  visit(rdcm_file_dataset(header), 0);
  // Nodes hold though the toolkit has read all by now.
  probe(header, rdcm_node{nullptr, 0}, 0);
  rdcm_file_close(header);
}

void decode(const char *path, const rdcm_layout &layout) {
  rdcm_file *file = nullptr;
  if (rdcm_file_open_lazily(path, &file) != RDCM_OK) return;
  rdcm_samples samples{number(file, 0x00280010), number(file, 0x00280011),
                       number(file, 0x00280100), number(file, 0x00280101),
                       number(file, 0x00280102), number(file, 0x00280103) == 1};
  const uint64_t count = uint64_t{samples.rows} * samples.columns;
  // More would only take long.
  if (count > 0 && count <= 1 << 18) {
    std::vector<int32_t> stored(count);
    std::vector<uint16_t> words(count);
    std::vector<double> reals(count);
    int32_t least = 0;
    int32_t greatest = 0;
    for (uint32_t frame = 0; frame < 3; ++frame) {
      rdcm_decode_frame(file, &layout, &samples, frame, stored.data(), count);
      rdcm_decode_words(file, &samples, frame, words.data(), count, &least, &greatest);
      rdcm_read_words(path, &layout, &samples, frame, words.data(), count, &least, &greatest);
      rdcm_read_reals(file, &layout, frame, reals.data(), count);
    }
    for (int model = 0; model < 3; ++model) {
      rdcm_colours colours{samples.rows, samples.columns, static_cast<rdcm_colour_model>(model),
                           static_cast<int32_t>(number(file, 0x00280006))};
      std::vector<uint8_t> pixels(3 * count);
      rdcm_colour_model decoded = RDCM_RGB;
      rdcm_decode_colours(file, &layout, &colours, 0, pixels.data(), pixels.size(), &decoded);
    }
  }
  rdcm_file_close(file);
}

void derive(const char *path) {
  rdcm_file *file = nullptr;
  if (rdcm_file_open(path, &file) != RDCM_OK) return;
  rdcm_item *root = rdcm_file_dataset(file);
  visit(root, 0);
  rdcm_item_encapsulated_length(root);
  rdcm_item_put_text(root, 0x00080018, nullptr, "1.2.3");
  rdcm_item_put_text(root, 0x0008103E, nullptr, "fuzz");
  if (rdcm_item *item = rdcm_item_append(root, 0x00082112))
    rdcm_item_put_text(item, 0x00081155, nullptr, "1.2.3");
  const std::vector<uint16_t> words(64);
  rdcm_item_put_pixels16(root, words.data(), words.size());
  const std::string saved = scratch() + "/saved.dcm";
  rdcm_file_save(file, saved.c_str(), "1.2.840.10008.1.2.1", "1.2.3", "FUZZ");
  rdcm_file_close(file);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  rdcm_start();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  const std::string path = scratch() + "/fuzz.dcm";
  std::FILE *out = std::fopen(path.c_str(), "wb");
  if (!out) return 0;
  std::fwrite(bytes, 1, count, out);
  std::fclose(out);

  rdcm_layout layout{};
  rdcm_file *header = nullptr;
  // What the walk refuses, nothing else is given.
  if (rdcm_layout_read(path.c_str(), &layout, &header) != RDCM_OK) return 0;
  rdcm_codestream codestream{};
  rdcm_codestream_read(path.c_str(), &codestream);
  if (header || rdcm_file_open_header(path.c_str(), &header) == RDCM_OK) look(header);
  decode(path.c_str(), layout);
  derive(path.c_str());
  return 0;
}

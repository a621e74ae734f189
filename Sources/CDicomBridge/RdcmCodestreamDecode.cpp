#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "RdcmCodestream.hpp"

namespace rdcm {

namespace {

/// A codestream in memory, as OpenJPEG reads it.
struct Memory {
  std::vector<uint8_t> bytes;
  size_t position = 0;
  std::string problem;
};

OPJ_SIZE_T read_memory(void *buffer, OPJ_SIZE_T count, void *context) {
  auto &memory = *static_cast<Memory *>(context);
  const size_t step = std::min<size_t>(count, memory.bytes.size() - memory.position);
  // The library knows the end by this value.
  if (step == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::memcpy(buffer, memory.bytes.data() + memory.position, step);
  memory.position += step;
  return step;
}

OPJ_OFF_T skip_memory(OPJ_OFF_T count, void *context) {
  auto &memory = *static_cast<Memory *>(context);
  if (count < 0) return -1;
  const size_t left = memory.bytes.size() - memory.position;
  const size_t step = std::min(static_cast<size_t>(count), left);
  memory.position += step;
  return static_cast<OPJ_OFF_T>(step);
}

OPJ_BOOL seek_memory(OPJ_OFF_T place, void *context) {
  auto &memory = *static_cast<Memory *>(context);
  if (place < 0 || static_cast<size_t>(place) > memory.bytes.size()) return OPJ_FALSE;
  memory.position = static_cast<size_t>(place);
  return OPJ_TRUE;
}

/// Keeps the first complaint; called from C, so nothing may be thrown.
void note_problem(const char *message, void *context) noexcept {
  auto &memory = *static_cast<Memory *>(context);
  try {
    if (!memory.problem.empty()) return;
    memory.problem = message;
    while (!memory.problem.empty() && (memory.problem.back() == '\n' || memory.problem.back() == '.'))
      memory.problem.pop_back();
  } catch (...) {
    memory.problem.clear();
  }
}

void ignore(const char *, void *) noexcept {}

template <typename Handle, void (*release)(Handle *)>
struct Release {
  void operator()(Handle *handle) const { release(handle); }
};
// `opj_codec_t` and `opj_stream_t` are `void *` themselves.
using Codec = std::unique_ptr<opj_codec_t, Release<opj_codec_t, opj_destroy_codec>>;
using Stream = std::unique_ptr<opj_stream_t, Release<opj_stream_t, opj_stream_destroy>>;
using Image = std::unique_ptr<opj_image_t, Release<opj_image_t, opj_image_destroy>>;

[[noreturn]] void undecodable(const Memory &memory) {
  throw Broken{RDCM_MALFORMED, "the codestream cannot be decoded" +
                                   (memory.problem.empty() ? "" : ": " + memory.problem)};
}

Image decoded(Memory &memory) {
  Codec codec(opj_create_decompress(OPJ_CODEC_J2K));
  Stream stream(opj_stream_default_create(OPJ_TRUE));
  if (!codec || !stream) throw std::bad_alloc();
  opj_stream_set_read_function(stream.get(), read_memory);
  opj_stream_set_skip_function(stream.get(), skip_memory);
  opj_stream_set_seek_function(stream.get(), seek_memory);
  opj_stream_set_user_data(stream.get(), &memory, nullptr);
  opj_stream_set_user_data_length(stream.get(), memory.bytes.size());
  opj_set_info_handler(codec.get(), ignore, nullptr);
  opj_set_warning_handler(codec.get(), note_problem, &memory);
  opj_set_error_handler(codec.get(), note_problem, &memory);

  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t *opened = nullptr;
  const bool is_ready = opj_setup_decoder(codec.get(), &parameters) &&
                        // Half a picture is worse than none.
                        opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) &&
                        opj_read_header(stream.get(), codec.get(), &opened);
  Image image(opened);
  if (!is_ready || !image || !opj_decode(codec.get(), stream.get(), image.get()))
    undecodable(memory);
  return image;
}

}  // namespace

std::vector<int32_t> decoded_samples(const CodedFrame &frame, const Codestream &codestream) {
  Memory memory;
  memory.bytes.resize(codestream.end - codestream.start);
  frame.read(codestream.start, memory.bytes.data(), memory.bytes.size());
  const Image image = decoded(memory);

  const rdcm_codestream &header = codestream.header;
  const uint64_t count = uint64_t{header.rows} * header.columns;
  std::vector<int32_t> samples(count * header.components);
  for (uint32_t c = 0; c < header.components; ++c) {
    if (c >= image->numcomps || !image->comps[c].data || image->comps[c].w != header.columns ||
        image->comps[c].h != header.rows)
      undecodable(memory);
    const OPJ_INT32 *component = image->comps[c].data;
    for (uint64_t i = 0; i < count; ++i) samples[i * header.components + c] = component[i];
  }
  return samples;
}

}  // namespace rdcm

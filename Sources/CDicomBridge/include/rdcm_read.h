#ifndef RDCM_READ_H
#define RDCM_READ_H

#include <stdint.h>

#include "rdcm_file.h"

#ifdef __cplusplus
extern "C" {
#endif

/// How far a file's first bytes say what it is.
typedef enum rdcm_likeness : int32_t {
  /// Something else.
  RDCM_NOT_DICOM = 0,
  /// Empty, too short to tell, or zeros only: may still become anything.
  RDCM_UNDECIDED = 1,
  /// Part 10's preamble, or a data set without one.
  RDCM_DICOM = 2,
} rdcm_likeness;

/// How pixel data are held.
typedef enum rdcm_pixel_form : int32_t {
  RDCM_NO_PIXELS = 0,
  /// Samples one after another.
  RDCM_NATIVE = 1,
  /// Coded frames in fragments.
  RDCM_ENCAPSULATED = 2,
  /// Float Pixel Data or Double Float Pixel Data.
  RDCM_FLOATING_POINT = 3,
} rdcm_pixel_form;

/// What the structure of a file says, found by walking it from its first element to its last.
typedef struct rdcm_layout {
  uint64_t file_bytes;
  rdcm_likeness likeness;
  rdcm_pixel_form pixel_form;
  /// Where native or floating-point pixel data begin: in the file, or in what it inflates to.
  uint64_t pixel_offset;
  /// Bytes of pixel data: of the element, or of all fragments together.
  uint64_t pixel_bytes;
  /// Bits of a value of floating-point pixel data, 32 or 64; else 0.
  int32_t float_bits;
  /// How many elements hold pixel data of any kind; more than one is against PS3.3 C.7.6.3.
  int32_t pixel_elements;
  /// Fragments of encapsulated pixel data, the offset table not counted.
  uint64_t fragments;
  /// 1 where words are stored with their high byte first.
  int32_t is_big_endian;
  /// 1 where native pixel data are Other Byte, not Other Word.
  int32_t is_byte_string;
  /// 1 where the data set is deflated.
  int32_t is_deflated;
  /// Where a deflated data set begins in the file.
  uint64_t deflated_offset;
  /// The first bytes, to say what else the file may be.
  uint8_t head[16];
  int32_t head_count;
} rdcm_layout;

/// Walks a file to its end without reading pixel data. RDCM_OK only for a file that is whole.
///
/// `layout` is filled as far as the walk came, whatever the status: RDCM_TRUNCATED when the file
/// ends too early, RDCM_MALFORMED when its structure is broken, RDCM_NOT_FOUND when it is no
/// readable regular file. Nothing is opened with the toolkit, so hostile nesting is refused before
/// it can cost stack.
///
/// `header` becomes the file opened for its header, from the same walk; null where it is to be opened
/// by `rdcm_file_open_header`.
rdcm_status rdcm_layout_read(const char *path, rdcm_layout *layout, rdcm_file **header);

/// What a JPEG 2000 codestream says of its own grid.
typedef struct rdcm_codestream {
  uint32_t rows;
  uint32_t columns;
  uint32_t components;
  /// Bits of a sample of the first component.
  uint32_t precision;
  int32_t is_signed;
  /// 1 where components differ in bits, sign or grid.
  int32_t is_uneven;
  /// 1 where the wavelet transformation loses nothing.
  int32_t is_reversible;
} rdcm_codestream;

/// Follows the markers of the codestreams of a file in a JPEG 2000 or HTJ2K transfer syntax, without
/// decoding; `codestream` is of the first frame. RDCM_TRUNCATED where one lacks a part of what it
/// announces, RDCM_MALFORMED where one is broken, RDCM_NOT_FOUND in any other transfer syntax.
rdcm_status rdcm_codestream_read(const char *path, rdcm_codestream *codestream);

/// Reads the header only, up to the pixel data; an element when it is asked for.
rdcm_status rdcm_file_open_header(const char *path, rdcm_file **file);

/// Whether a top-level element is there. It must be asked for before `rdcm_item_` calls can find it in
/// the data set of a file that was opened for its header. A sequence makes the toolkit read all of
/// that; `rdcm_node_items` mostly does not.
int32_t rdcm_file_need(rdcm_file *file, uint32_t tag);

/// Reads a file, but leaves long values on disk until they are asked for.
rdcm_status rdcm_file_open_lazily(const char *path, rdcm_file **file);

/// The values of an element as UTF-8, with a null character between them.
typedef struct rdcm_text {
  /// Not terminated. Valid until the next `rdcm_` call on this thread.
  const char *bytes;
  uint64_t count;
} rdcm_text;

/// Reads a top-level element as text; numbers are written out. Bytes that the character set does
/// not have come as `\xHH`. RDCM_NOT_FOUND when the element is absent, a sequence, or too long.
rdcm_status rdcm_file_text(rdcm_file *file, uint32_t tag, rdcm_text *text);

/// Whether a top-level element is there, with a value or without.
int32_t rdcm_file_has(rdcm_file *file, uint32_t tag);

/// The tag (group << 16 | element) of a keyword such as `EchoTime`; 0 when there is none.
uint32_t rdcm_tag_of_keyword(const char *keyword);

/// The standard's name of a UID; null when the toolkit does not know it. Static.
const char *rdcm_name_of_uid(const char *uid);

/// How samples lie in their words.
typedef struct rdcm_samples {
  uint32_t rows;
  uint32_t columns;
  /// 8, 12 (packed), 16 or 32.
  uint32_t bits_allocated;
  uint32_t bits_stored;
  uint32_t high_bit;
  int32_t is_signed;
} rdcm_samples;

/// Decodes one frame of one sample a pixel into stored values, row by row: overlay bits masked off,
/// the sign extended from Bits Stored. Of numbers of 32 bits without a sign, `stored` are the bits.
/// `count` must be rows * columns.
rdcm_status rdcm_decode_frame(
    rdcm_file *file, const rdcm_layout *layout, const rdcm_samples *samples, uint32_t frame,
    int32_t *stored, uint64_t count);

/// Reads one frame of floating-point pixel data, row by row: `float` where the layout's `float_bits`
/// are 32, `double` where they are 64, in the machine's byte order. `count` values go to `values`.
rdcm_status rdcm_read_reals(
    rdcm_file *file, const rdcm_layout *layout, uint32_t frame, void *values, uint64_t count);

/// Reads the first value of a top-level element of VR FL or FD. RDCM_NOT_FOUND for any other.
rdcm_status rdcm_file_real(rdcm_file *file, uint32_t tag, double *value);

/// Reads one frame of native, not deflated words of 16 bits straight out of a file: the stored values
/// that rdcm_decode_frame gives, each in 16 bits, of a number without a sign unless `is_signed`.
/// `least` and `greatest` become the ends of their range. RDCM_UNSUPPORTED for any other pixel data.
rdcm_status rdcm_read_words(
    const char *path, const rdcm_layout *layout, const rdcm_samples *samples, uint32_t frame,
    uint16_t *stored, uint64_t count, int32_t *least, int32_t *greatest);

/// Decodes one frame of run lengths (RLE Lossless) of 16 bits allocated, as rdcm_read_words reads
/// native words. RDCM_UNSUPPORTED for any other pixel data.
rdcm_status rdcm_decode_words(
    rdcm_file *file, const rdcm_samples *samples, uint32_t frame, uint16_t *stored,
    uint64_t count, int32_t *least, int32_t *greatest);

/// How three samples make a colour.
typedef enum rdcm_colour_model : int32_t {
  RDCM_RGB = 0,
  /// Luminance and two chrominances about 128 (PS3.3 C.7.6.3.1.2).
  RDCM_YBR_FULL = 1,
  /// The same, two pixels a pair of chrominances.
  RDCM_YBR_FULL_422 = 2,
} rdcm_colour_model;

/// How colours of three times 8 bits are held.
typedef struct rdcm_colours {
  uint32_t rows;
  uint32_t columns;
  rdcm_colour_model model;
  /// 1 where native pixel data have one colour after the other, not pixel after pixel.
  int32_t is_planar;
} rdcm_colours;

/// Decodes one frame of three samples of 8 bits a pixel, pixel after pixel. `count` must be
/// 3 * rows * columns. `model` becomes what was decoded: RDCM_RGB or RDCM_YBR_FULL.
rdcm_status rdcm_decode_colours(
    rdcm_file *file, const rdcm_layout *layout, const rdcm_colours *colours, uint32_t frame,
    uint8_t *samples, uint64_t count, rdcm_colour_model *model);

#ifdef __cplusplus
}
#endif
#endif

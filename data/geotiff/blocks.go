package geotiff

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/image/tiff/lzw"
)

// layout is how the numbers are stored: blocks of width×height, which are tiles,
// or strips as wide as the file.
type layout struct {
	order           binary.ByteOrder
	width, height   int
	across, down    int
	tiled           bool
	offsets, counts []float64
	compression     int
	predictor       int
	size            int // bytes of a number
	format          int // 1 unsigned, 2 signed, 3 float
}

// Compressions of TIFF.
const (
	packNone       = 1
	packLZW        = 5
	packDeflate    = 8
	packOldDeflate = 32946
	packBits       = 32773
	packZSTD       = 50000
)

func (f *File) readLayout(tags map[int]tag) error {
	width, height := first(tags, tagWidth, 0), first(tags, tagHeight, 0)
	if !(width >= 1 && height >= 1 && width <= maxSide && height <= maxSide) {
		return f.refuse("的大小为 %g×%g", "has a size of %g by %g", width, height)
	}
	f.Cols, f.Rows = int(width), int(height)
	l := &f.layout
	if samples := first(tags, tagSamples, 1); samples != 1 {
		return f.refuse("有 %g 个波段，高程只应有一个", "has %g bands; heights have one", samples)
	}
	l.size = int(first(tags, tagBits, 1)) / 8
	l.format = int(first(tags, tagSampleFormat, 1))
	if bits := first(tags, tagBits, 1); !l.readable() || bits != float64(8*l.size) {
		return f.refuse("的数值类型（%g 位，格式 %d）不支持", "has numbers of a kind (%g bits, format %d) that is not supported", bits, l.format)
	}
	l.compression, l.predictor = int(first(tags, tagCompression, 1)), int(first(tags, tagPredictor, 1))
	switch l.compression {
	case packNone, packLZW, packDeflate, packOldDeflate, packBits, packZSTD:
	default:
		return f.refuse("的压缩方式（%d）不支持", "is packed in a way (%d) that is not supported", l.compression)
	}
	if l.predictor < 1 || l.predictor > 3 || l.predictor == 3 && l.format != 3 {
		return f.refuse("的预测方式（%d）不支持", "has a predictor (%d) that is not supported", l.predictor)
	}
	return f.readBlocks(tags)
}

func (l *layout) readable() bool {
	switch l.format {
	case 1, 2:
		return l.size == 1 || l.size == 2 || l.size == 4 || l.size == 8
	case 3:
		return l.size == 4 || l.size == 8
	}
	return false
}

// readBlocks finds where the strips or tiles are.
func (f *File) readBlocks(tags map[int]tag) error {
	l := &f.layout
	width, height := float64(f.Cols), first(tags, tagRowsPerStrip, float64(f.Rows))
	l.offsets, l.counts = tags[tagStripOffsets].numbers, tags[tagStripCounts].numbers
	if len(tags[tagTileOffsets].numbers) > 0 {
		l.tiled = true
		width, height = first(tags, tagTileWidth, 0), first(tags, tagTileHeight, 0)
		l.offsets, l.counts = tags[tagTileOffsets].numbers, tags[tagTileCounts].numbers
	} else {
		height = math.Min(height, float64(f.Rows))
	}
	if !(width >= 1 && height >= 1) || width*height*float64(l.size) > maxBlock {
		return f.refuse("的数据块大小为 %g×%g", "is stored in blocks of %g by %g", width, height)
	}
	l.width, l.height = int(width), int(height)
	l.across, l.down = (f.Cols+l.width-1)/l.width, (f.Rows+l.height-1)/l.height
	if n := l.across * l.down; n > maxBlocks || len(l.offsets) < n || len(l.counts) < n {
		return f.refuse("应有 %d 个数据块，只列出 %d 个", "has %d blocks, of which only %d are listed", n, min(len(l.offsets), len(l.counts)))
	}
	return nil
}

// block reads and unpacks one block; rows is how many rows of it the file has. A
// block that the file leaves out is nil.
func (f *File) block(bx, by int) (data []byte, rows int, err error) {
	l := &f.layout
	i := by*l.across + bx
	rows = l.height
	if !l.tiled {
		rows = min(rows, f.Rows-by*l.height)
	}
	offset, count := l.offsets[i], l.counts[i]
	if offset == 0 || count == 0 {
		return nil, rows, nil
	}
	if !(offset > 0 && count > 0 && offset+count <= float64(f.size)) {
		return nil, rows, io.ErrUnexpectedEOF
	}
	packed := make([]byte, int(count))
	if _, err := f.r.ReadAt(packed, int64(offset)); err != nil && !errors.Is(err, io.EOF) {
		return nil, rows, err
	}
	want := l.width * rows * l.size
	data, err = l.unpack(packed, want)
	if err != nil {
		return nil, rows, err
	}
	if len(data) < want {
		return nil, rows, io.ErrUnexpectedEOF
	}
	data = data[:want]
	l.unpredict(data, rows)
	return data, rows, nil
}

func (l *layout) unpack(packed []byte, want int) ([]byte, error) {
	switch l.compression {
	case packNone:
		return packed, nil
	case packBits:
		return unpackBits(packed, want)
	case packLZW:
		r := lzw.NewReader(bytes.NewReader(packed), lzw.MSB, 8)
		defer r.Close()
		return drain(r, want)
	case packZSTD:
		r, err := zstd.NewReader(bytes.NewReader(packed), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(2*maxBlock), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return drain(r, want)
	}
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return drain(r, want)
}

// drain reads at most want bytes; a block that holds more is cut there.
func drain(r io.Reader, want int) ([]byte, error) {
	var buf bytes.Buffer
	_, err := io.Copy(&buf, io.LimitReader(r, int64(want)))
	if err != nil && buf.Len() < want {
		return nil, err
	}
	return buf.Bytes(), nil
}

func unpackBits(packed []byte, want int) ([]byte, error) {
	var out []byte
	for len(packed) > 0 && len(out) < want {
		n := int(int8(packed[0]))
		packed = packed[1:]
		switch {
		case n >= 0:
			if len(packed) < n+1 {
				return nil, io.ErrUnexpectedEOF
			}
			out = append(out, packed[:n+1]...)
			packed = packed[n+1:]
		case n > -128:
			if len(packed) < 1 {
				return nil, io.ErrUnexpectedEOF
			}
			out = append(out, bytes.Repeat(packed[:1], 1-n)...)
			packed = packed[1:]
		}
	}
	return out, nil
}

// unpredict undoes, row by row, what the predictor did.
func (l *layout) unpredict(data []byte, rows int) {
	stride := l.width * l.size
	for y := range rows {
		row := data[y*stride : (y+1)*stride]
		switch l.predictor {
		case 2:
			l.undoDifference(row)
		case 3:
			l.undoFloat(row)
		}
	}
}

// undoDifference adds up the differences of neighbours, as whole numbers of the
// sample's size.
func (l *layout) undoDifference(row []byte) {
	var sum uint64
	for i := 0; i < len(row); i += l.size {
		sum += l.bits(row[i:])
		l.setBits(row[i:], sum)
	}
}

// undoFloat adds up the bytes and brings those of each number together again:
// they were parted by significance, the most significant first.
func (l *layout) undoFloat(row []byte) {
	for i := 1; i < len(row); i++ {
		row[i] += row[i-1]
	}
	parted := bytes.Clone(row)
	for i := range l.width {
		for k := range l.size {
			from := parted[k*l.width+i]
			if l.order == binary.BigEndian {
				row[i*l.size+k] = from
			} else {
				row[i*l.size+l.size-1-k] = from
			}
		}
	}
}

func (l *layout) bits(b []byte) uint64 {
	switch l.size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(l.order.Uint16(b))
	case 4:
		return uint64(l.order.Uint32(b))
	}
	return l.order.Uint64(b)
}

func (l *layout) setBits(b []byte, v uint64) {
	switch l.size {
	case 1:
		b[0] = byte(v)
	case 2:
		l.order.PutUint16(b, uint16(v))
	case 4:
		l.order.PutUint32(b, uint32(v))
	default:
		l.order.PutUint64(b, v)
	}
}

// number is the i-th number of a block.
func (l *layout) number(block []byte, i int) float64 {
	v := l.bits(block[i*l.size:])
	switch {
	case l.format == 3 && l.size == 4:
		return float64(math.Float32frombits(uint32(v)))
	case l.format == 3:
		return math.Float64frombits(v)
	case l.format == 1:
		return float64(v)
	}
	shift := 64 - 8*l.size
	return float64(int64(v<<shift) >> shift)
}

package osm

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"github.com/paulmach/orb"
	"google.golang.org/protobuf/encoding/protowire"

	"yiju/geo"
)

// Limits of the format itself.
const (
	maxBlobHeader = 64 << 10
	maxBlob       = 32 << 20
)

// readPBF reads the blocks of a PBF file: a length, a header, a blob, until the
// end.
func (l *loader) readPBF(r *bufio.Reader) error {
	p := &pbfReader{l: l}
	for block := 0; ; block++ {
		name, blob, err := p.nextBlob(r)
		if errors.Is(err, io.EOF) {
			if block == 0 {
				return l.broken(io.ErrUnexpectedEOF)
			}
			return nil
		}
		if err == nil {
			err = p.block(name, blob)
		}
		if err != nil {
			return l.broken(fmt.Errorf("block %d: %w", block, err))
		}
	}
}

type pbfReader struct {
	l        *loader
	raw      []byte // reused between blobs
	unpacked []byte
	zlib     io.ReadCloser
	zstd     *zstd.Decoder
	b        pbfBlock
}

func (p *pbfReader) nextBlob(r *bufio.Reader) (name string, blob []byte, err error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return "", nil, err // io.EOF exactly between two blobs
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxBlobHeader {
		return "", nil, fmt.Errorf("header of %d bytes", n)
	}
	header, err := p.fill(r, int(n))
	if err != nil {
		return "", nil, err
	}
	length := uint64(0)
	err = fields(header, func(num protowire.Number, typ protowire.Type, v uint64, b []byte) error {
		switch {
		case num == 1 && typ == protowire.BytesType:
			name = string(b)
		case num == 3 && typ == protowire.VarintType:
			length = v
		}
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	if length > maxBlob {
		return "", nil, fmt.Errorf("blob of %d bytes", length)
	}
	blob, err = p.fill(r, int(length))
	return name, blob, err
}

// fill reads exactly n bytes into the reused buffer, which grows only as far as
// there are bytes.
func (p *pbfReader) fill(r io.Reader, n int) ([]byte, error) {
	buf := bytes.NewBuffer(p.raw[:0])
	if _, err := io.CopyN(buf, r, int64(n)); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	p.raw = buf.Bytes()
	return p.raw, nil
}

func (p *pbfReader) block(name string, blob []byte) error {
	data, err := p.unpack(blob)
	if err != nil {
		return err
	}
	switch name {
	case "OSMHeader":
		return p.header(data)
	case "OSMData":
		return p.b.read(p.l, data)
	}
	return nil // other blocks are to be skipped, says the format
}

func (p *pbfReader) unpack(blob []byte) ([]byte, error) {
	var out []byte
	found := errors.New("blob without data")
	err := fields(blob, func(num protowire.Number, typ protowire.Type, _ uint64, b []byte) error {
		if typ != protowire.BytesType {
			return nil
		}
		var err error
		switch num {
		case 1:
			out, found = b, nil
		case 3:
			out, err = p.inflate(b)
			found = nil
		case 7:
			out, err = p.unzstd(b)
			found = nil
		case 4, 5, 6:
			name := map[protowire.Number]string{4: "lzma", 5: "bzip2", 6: "lz4"}[num]
			return geo.Refuse(geo.Tf("文件 %s 的数据块用 %s 压缩，不支持", "file %s packs its blocks with %s, which is not supported", p.l.d.name, name),
				geo.T("用 osmium cat -f pbf,pbf_compression=zlib 转换", "convert it with osmium cat -f pbf,pbf_compression=zlib"))
		}
		return err
	})
	if err == nil {
		err = found
	}
	if err == nil && len(out) > maxBlob {
		err = fmt.Errorf("blob of %d bytes", len(out))
	}
	return out, err
}

func (p *pbfReader) inflate(b []byte) ([]byte, error) {
	var err error
	if p.zlib == nil {
		p.zlib, err = zlib.NewReader(bytes.NewReader(b))
	} else {
		err = p.zlib.(zlib.Resetter).Reset(bytes.NewReader(b), nil)
	}
	if err != nil {
		p.zlib = nil
		return nil, err
	}
	return p.drain(p.zlib)
}

func (p *pbfReader) unzstd(b []byte) ([]byte, error) {
	var err error
	if p.zstd == nil {
		p.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlob), zstd.WithDecoderLowmem(true))
	}
	if err == nil {
		err = p.zstd.Reset(bytes.NewReader(b))
	}
	if err != nil {
		return nil, err
	}
	return p.drain(p.zstd)
}

func (p *pbfReader) drain(r io.Reader) ([]byte, error) {
	buf := bytes.NewBuffer(p.unpacked[:0])
	if _, err := io.Copy(buf, io.LimitReader(r, maxBlob+1)); err != nil {
		return nil, err
	}
	p.unpacked = buf.Bytes()
	return p.unpacked, nil
}

func (p *pbfReader) header(data []byte) error {
	box := [4]int64{} // left, right, top, bottom in nanodegrees
	hasBox := false
	err := fields(data, func(num protowire.Number, typ protowire.Type, _ uint64, b []byte) error {
		switch {
		case num == 1 && typ == protowire.BytesType:
			hasBox = true
			return fields(b, func(num protowire.Number, _ protowire.Type, v uint64, _ []byte) error {
				if num >= 1 && num <= 4 {
					box[num-1] = protowire.DecodeZigZag(v)
				}
				return nil
			})
		case num == 4 && typ == protowire.BytesType:
			return p.required(string(b))
		}
		return nil
	})
	if hasBox && err == nil {
		p.l.include(geo.Extent{
			MinX: float64(box[0]) / 1e9, MaxX: float64(box[1]) / 1e9,
			MaxY: float64(box[2]) / 1e9, MinY: float64(box[3]) / 1e9,
		})
	}
	return err
}

func (p *pbfReader) required(feature string) error {
	switch feature {
	case "OsmSchema-V0.6", "DenseNodes", "HistoricalInformation":
		return nil
	}
	return geo.Refuse(geo.Tf("文件 %s 要求读取程序支持 %q，本程序不支持", "file %s asks its reader for %q, which this program does not have", p.l.d.name, feature),
		geo.T("用 osmium cat 重写该文件", "write the file anew with osmium cat"))
}

// fields walks the fields of a protobuf message. v is the value of a varint, b
// the content of a length-delimited field.
func fields(msg []byte, f func(num protowire.Number, typ protowire.Type, v uint64, b []byte) error) error {
	for len(msg) > 0 {
		num, typ, n := protowire.ConsumeTag(msg)
		if n < 0 {
			return protowire.ParseError(n)
		}
		msg = msg[n:]
		var v uint64
		var b []byte
		switch typ {
		case protowire.VarintType:
			v, n = protowire.ConsumeVarint(msg)
		case protowire.BytesType:
			b, n = protowire.ConsumeBytes(msg)
		default:
			n = protowire.ConsumeFieldValue(num, typ, msg)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		if err := f(num, typ, v, b); err != nil {
			return err
		}
		msg = msg[n:]
	}
	return nil
}

// numbers appends a repeated number to list, packed or not.
func numbers(list []uint64, typ protowire.Type, v uint64, b []byte) ([]uint64, error) {
	if typ == protowire.VarintType {
		return append(list, v), nil
	}
	for len(b) > 0 {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return list, protowire.ParseError(n)
		}
		list = append(list, v)
		b = b[n:]
	}
	return list, nil
}

// place is a position in degrees. Dividing, unlike multiplying by 1e-9, gives the
// very number that the decimal notation of the same position is read as.
func (b *pbfBlock) place(lon, lat int64) orb.Point {
	return orb.Point{
		float64(b.lonOffset+b.granularity*lon) / 1e9,
		float64(b.latOffset+b.granularity*lat) / 1e9,
	}
}

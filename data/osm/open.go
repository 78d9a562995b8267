package osm

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"

	"yiju/geo"
)

// meter counts the bytes of the file as it lies on disk, and stops at the end of
// the context.
type meter struct {
	r   io.Reader
	ctx context.Context
	n   int64
}

func (m *meter) Read(p []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := m.r.Read(p)
	m.n += int64(n)
	return n, err
}

// kind is what the first bytes of a file show it to be.
type kind int

const (
	kindUnknown kind = iota
	kindEmpty
	kindPBF
	kindXML
	kindJSON
	kindGzip
	kindBzip2
	kindZip
)

const sniffed = 512

func sniff(head []byte) kind {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n")
	switch {
	case len(head) == 0:
		return kindEmpty
	case bytes.HasPrefix(head, []byte{0x1F, 0x8B}):
		return kindGzip
	case bytes.HasPrefix(head, []byte("BZh")):
		return kindBzip2
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return kindZip
	case len(head) > 15 && head[0] == 0 && head[1] == 0 && bytes.Contains(head[4:], []byte("OSMHeader")):
		return kindPBF
	case len(trimmed) > 0 && trimmed[0] == '<':
		return kindXML
	case len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '['):
		return kindJSON
	}
	return kindUnknown
}

// maxInflation bounds how many times its packed size a packed text may have.
const maxInflation = 200

// read finds out what the file is and reads it.
func (l *loader) read() (err error) {
	defer func() {
		// The decoders check what they index; should one be wrong nevertheless, a
		// file must not end the program.
		if r := recover(); r != nil {
			err = l.broken(fmt.Errorf("panic: %v", r))
		}
	}()
	buffered := bufio.NewReaderSize(l.source, 1<<16)
	head, err := buffered.Peek(sniffed)
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return l.broken(err)
	}
	var unpacked io.Reader
	switch k := sniff(head); k {
	case kindGzip:
		zr, err := gzip.NewReader(buffered)
		if err != nil {
			return l.broken(err)
		}
		unpacked = zr
	case kindBzip2:
		unpacked = bzip2.NewReader(buffered)
	default:
		return l.decode(k, buffered)
	}
	inner := bufio.NewReaderSize(&inflation{r: unpacked, source: l.source}, 1<<16)
	head, err = inner.Peek(sniffed)
	if err != nil && len(head) == 0 && !errors.Is(err, io.EOF) {
		return l.broken(err)
	}
	return l.decode(sniff(head), inner)
}

// inflation stops a packed file that unpacks to much more than data does.
type inflation struct {
	r      io.Reader
	source *meter
	n      int64
}

var errInflation = errors.New("unpacks to an implausible size")

func (i *inflation) Read(p []byte) (int, error) {
	n, err := i.r.Read(p)
	i.n += int64(n)
	if i.n > baseMemory && i.n > maxInflation*i.source.n {
		return n, errInflation
	}
	return n, err
}

func (l *loader) decode(k kind, r *bufio.Reader) error {
	switch k {
	case kindPBF:
		return l.readPBF(r)
	case kindXML:
		return l.readXML(r)
	case kindJSON:
		return l.readJSON(r)
	case kindEmpty:
		return geo.Refuse(geo.Tf("文件 %s 是空的", "file %s is empty", l.d.name),
			geo.T("重新下载", "download it again"))
	case kindZip:
		return geo.Refuse(geo.Tf("文件 %s 是 ZIP 压缩包", "file %s is a ZIP archive", l.d.name),
			geo.T("先解压，再导入其中的 .osm 或 .osm.pbf 文件", "unpack it and import the .osm or .osm.pbf file inside"))
	}
	return geo.Refuse(geo.Tf("文件 %s 不是 OSM 数据：开头既不是 PBF，也不是 XML 或 Overpass JSON", "file %s is not OSM data: it begins neither as PBF nor as XML nor as Overpass JSON", l.d.name),
		geo.T("请给出 .osm.pbf、.osm、.osm.gz、.osm.bz2 或 Overpass 的 JSON 文件", "give a .osm.pbf, .osm, .osm.gz or .osm.bz2 file or JSON from Overpass"))
}

// broken words an error of a decoder for the user.
func (l *loader) broken(err error) error {
	if geo.AsFault(err) != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	again := geo.T("重新下载该文件", "download the file again")
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return geo.Refuse(geo.Tf("文件 %s 不完整：在 %d 字节处提前结束", "file %s is cut off: it ends early, after %d bytes", l.d.name, l.source.n), again).Because(err)
	}
	if errors.Is(err, errInflation) {
		return geo.Refuse(geo.Tf("文件 %s 解压后大得不合理", "file %s unpacks to an implausible size", l.d.name), again).Because(err)
	}
	return geo.Refuse(geo.Tf("文件 %[1]s 已损坏，读到 %[2]d 字节处无法继续：%[3]v", "file %[1]s is broken and cannot be read on near byte %[2]d: %[3]v", l.d.name, l.source.n, err), again).Because(err)
}

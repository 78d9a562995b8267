package table

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf16"
)

// cfbMagic begins a compound file (MS-CFB 2.2), in which the older formats lie.
var cfbMagic = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")

// Marks in chains of sectors (MS-CFB 2.1).
const (
	maxSector   = 0xFFFFFFFA
	endOfChain  = 0xFFFFFFFE
	headerSize  = 512
	entrySize   = 128
	headerFATs  = 109
	miniSize    = 64
	miniCutoff  = 4096
	streamEntry = 2
	rootEntry   = 5
)

var errChain = errors.New("a chain of sectors is broken")

// compound is a file of streams.
type compound struct {
	body    []byte
	size    int // of a sector
	fat     []uint32
	mini    []uint32
	root    []byte // the stream that small streams lie in
	entries []entry
}

// entry is a stream or folder.
type entry struct {
	name  string
	kind  byte
	start uint32
	size  uint64
}

func openCompound(body []byte) (*compound, error) {
	if len(body) < headerSize {
		return nil, errors.New("the header is cut off")
	}
	shift := binary.LittleEndian.Uint16(body[30:])
	if shift != 9 && shift != 12 {
		return nil, fmt.Errorf("sectors of 2^%d bytes", shift)
	}
	c := &compound{body: body, size: 1 << shift}
	if err := c.readFAT(); err != nil {
		return nil, err
	}
	directory, err := c.chain(c.fat, binary.LittleEndian.Uint32(body[48:]), c.sector)
	if err != nil {
		return nil, fmt.Errorf("directory: %w", err)
	}
	for ; len(directory) >= entrySize; directory = directory[entrySize:] {
		c.addEntry(directory[:entrySize])
	}
	table, err := c.chain(c.fat, binary.LittleEndian.Uint32(body[60:]), c.sector)
	if err != nil {
		return nil, fmt.Errorf("table of small sectors: %w", err)
	}
	c.mini = words32(table)
	for _, e := range c.entries {
		if e.kind == rootEntry {
			if c.root, err = c.chain(c.fat, e.start, c.sector); err != nil {
				return nil, fmt.Errorf("small sectors: %w", err)
			}
			break
		}
	}
	return c, nil
}

// readFAT puts the table of sectors together, whose own sectors are listed in the
// header and, where they are many, in a chain of further lists.
func (c *compound) readFAT() error {
	for i := range headerFATs {
		if err := c.addFAT(binary.LittleEndian.Uint32(c.body[76+4*i:])); err != nil {
			return err
		}
	}
	next := binary.LittleEndian.Uint32(c.body[68:])
	for range len(c.body)/c.size + 1 {
		if next > maxSector {
			return nil
		}
		list, ok := c.sector(next)
		if !ok {
			return errChain
		}
		numbers := words32(list)
		for _, n := range numbers[:len(numbers)-1] {
			if err := c.addFAT(n); err != nil {
				return err
			}
		}
		next = numbers[len(numbers)-1]
	}
	return errChain
}

func (c *compound) addFAT(n uint32) error {
	if n > maxSector {
		return nil // unused
	}
	s, ok := c.sector(n)
	if !ok || len(c.fat) > len(c.body)/c.size+c.size {
		return errChain
	}
	c.fat = append(c.fat, words32(s)...)
	return nil
}

// sector is one sector; the last of a file may be cut short.
func (c *compound) sector(n uint32) ([]byte, bool) {
	from := (int64(n) + 1) * int64(c.size)
	if from >= int64(len(c.body)) {
		return nil, false
	}
	s := c.body[from:min(from+int64(c.size), int64(len(c.body)))]
	if len(s) < c.size {
		s = append(append(make([]byte, 0, c.size), s...), make([]byte, c.size-len(s))...)
	}
	return s, true
}

func (c *compound) miniSector(n uint32) ([]byte, bool) {
	from := int64(n) * miniSize
	if from+miniSize > int64(len(c.root)) {
		return nil, false
	}
	return c.root[from : from+miniSize], true
}

// chain joins the sectors of a chain.
func (c *compound) chain(table []uint32, start uint32, sector func(uint32) ([]byte, bool)) ([]byte, error) {
	var out []byte
	for steps := 0; start <= maxSector; steps++ {
		s, ok := sector(start)
		if !ok || int(start) >= len(table) || steps > len(table) {
			return nil, errChain
		}
		out = append(out, s...)
		start = table[start]
	}
	return out, nil
}

func (c *compound) addEntry(b []byte) {
	length := int(binary.LittleEndian.Uint16(b[64:]))
	if length < 2 || length > 64 {
		return
	}
	units := make([]uint16, length/2-1)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	size := binary.LittleEndian.Uint64(b[120:])
	if c.size == headerSize {
		size &= 0xFFFFFFFF // older writers leave rubbish above
	}
	c.entries = append(c.entries, entry{string(utf16.Decode(units)), b[66], binary.LittleEndian.Uint32(b[116:]), size})
}

// stream reads a stream; ok is false when there is none of the name.
func (c *compound) stream(name string) (body []byte, ok bool, err error) {
	for _, e := range c.entries {
		if e.kind != streamEntry || e.name != name {
			continue
		}
		if e.size < miniCutoff {
			body, err = c.chain(c.mini, e.start, c.miniSector)
		} else {
			body, err = c.chain(c.fat, e.start, c.sector)
		}
		if err == nil && uint64(len(body)) > e.size {
			body = body[:e.size]
		}
		return body, true, err
	}
	return nil, false, nil
}

func (c *compound) has(name string) bool {
	for _, e := range c.entries {
		if e.name == name {
			return true
		}
	}
	return false
}

func words32(b []byte) []uint32 {
	out := make([]uint32, len(b)/4)
	for i := range out {
		out[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	return out
}

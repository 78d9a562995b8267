package table

import (
	"encoding/binary"
	"unicode/utf16"
)

// readStrings reads the texts that cells share.
func (w *biffBook) readStrings(r record) error {
	p := &pieces{parts: r.parts}
	head, err := p.take(8)
	if err != nil {
		return err
	}
	for range binary.LittleEndian.Uint32(head[4:]) {
		if p.done() {
			return nil // fewer than announced; cells that name them are empty
		}
		s, err := p.text(2)
		if err != nil {
			return err
		}
		w.strings = append(w.strings, s)
	}
	return nil
}

// pieces is a record read across the seams of its parts.
type pieces struct {
	parts [][]byte
}

func (p *pieces) done() bool {
	for len(p.parts) > 0 && len(p.parts[0]) == 0 {
		p.parts = p.parts[1:]
	}
	return len(p.parts) == 0
}

func (p *pieces) take(n int) ([]byte, error) {
	if !p.done() && len(p.parts[0]) >= n {
		out := p.parts[0][:n]
		p.parts[0] = p.parts[0][n:]
		return out, nil
	}
	var out []byte
	for len(out) < n {
		if p.done() {
			return nil, errCut
		}
		k := min(n-len(out), len(p.parts[0]))
		out = append(out, p.parts[0][:k]...)
		p.parts[0] = p.parts[0][k:]
	}
	return out, nil
}

// skip passes over bytes; the last text of a record may lack what follows it.
func (p *pieces) skip(n int) {
	for n > 0 && !p.done() {
		k := min(n, len(p.parts[0]))
		p.parts[0] = p.parts[0][k:]
		n -= k
	}
}

// text reads a text whose length takes lengthBytes (MS-XLS 2.5.293). Where it goes
// on in another part, a byte there says anew how wide its characters are.
func (p *pieces) text(lengthBytes int) (string, error) {
	head, err := p.take(lengthBytes + 1)
	if err != nil {
		return "", err
	}
	n := int(head[0])
	if lengthBytes == 2 {
		n = int(binary.LittleEndian.Uint16(head))
	}
	flags := head[lengthBytes]
	var runs, further int
	if flags&8 != 0 {
		b, err := p.take(2)
		if err != nil {
			return "", err
		}
		runs = int(binary.LittleEndian.Uint16(b))
	}
	if flags&4 != 0 {
		b, err := p.take(4)
		if err != nil {
			return "", err
		}
		further = int(binary.LittleEndian.Uint32(b))
	}
	s, err := p.characters(n, flags&1 != 0)
	if err != nil {
		return "", err
	}
	p.skip(4 * runs)
	p.skip(max(further, 0))
	return s, nil
}

func (p *pieces) characters(n int, wide bool) (string, error) {
	units := make([]uint16, 0, min(n, xlsMaxString))
	for len(units) < n {
		if len(p.parts) > 0 && len(p.parts[0]) == 0 {
			p.parts = p.parts[1:]
			if len(p.parts) == 0 || len(p.parts[0]) == 0 {
				return "", errCut
			}
			wide = p.parts[0][0]&1 != 0
			p.parts[0] = p.parts[0][1:]
			continue
		}
		if len(p.parts) == 0 {
			return "", errCut
		}
		part := p.parts[0]
		switch {
		case !wide:
			units = append(units, uint16(part[0]))
			p.parts[0] = part[1:]
		case len(part) < 2:
			return "", errCut
		default:
			units = append(units, binary.LittleEndian.Uint16(part))
			p.parts[0] = part[2:]
		}
	}
	return string(utf16.Decode(units)), nil
}

// Package link holds the formulas of a radio link: path loss of 3GPP TR 38.901,
// antenna patterns, power per resource element, diffraction over an edge, loss of
// walls, shadowing. Functions are pure; lengths are metres, frequencies GHz unless
// a name says otherwise, levels dB or dBm.
package link

//go:build !race

package pipeline_test

import "testing"

// unwatched does nothing without the race detector.
func unwatched(t *testing.T) { t.Helper() }

package main

import (
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progressBar gives a function that shows how far a job is: the name of its part,
// how much of it is done, and of how much. It shows nothing when the user asked
// for quiet or nobody looks.
func (a *app) progressBar() func(part string, done, of int) {
	file, ok := a.stderr.(*os.File)
	if a.quiet || !ok || !term.IsTerminal(int(file.Fd())) {
		return func(string, int, int) {}
	}
	var bar *progressbar.ProgressBar
	name := ""
	return func(part string, done, of int) {
		if bar == nil || part != name {
			name = part
			bar = progressbar.NewOptions(of, progressbar.OptionSetWriter(file), progressbar.OptionSetDescription(part),
				progressbar.OptionClearOnFinish(), progressbar.OptionShowCount())
		}
		if err := bar.Set(done); err != nil {
			return // a bar that cannot be drawn is no reason to stop
		}
	}
}

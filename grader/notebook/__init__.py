"""Notebooks as Python source: what a notebook defines, without running it.

A notebook mixes the solution with experiments: training, plots, prints. Imported as it stands it would train for
minutes, or stop at a picture. So of every code cell only the statements stay that the solution needs:

- definitions (`def`, `class`) and plain assignments (`EPOCHS = 3`, `relu = torch.relu`, a lambda);
- imports that something kept uses;
- other assignments, and changes of what was assigned (`table["a"] = f()`, `LR.backward = backward`, an `if` or a
  loop of nothing but such), where a wanted name needs them, directly or through functions and classes that use it
  as a global, and where running them is cheap: no training step, no file, no download, no dataset.

Whatever uses a name that is then missing goes too, since one NameError would take the whole file down. Everything
else becomes blank lines, so that lines keep their numbers, and notes tell what was left out.

`converting` is the way in; the rest runs in a process of its own, behind walls, for the text is foreign.
"""

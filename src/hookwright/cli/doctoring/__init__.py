"""What ``hookwright doctor`` looks at: the machine, the project, its environments, and the platform itself."""

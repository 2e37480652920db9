import os
import sys

print(os.environ['VENVOY_INSTANCE'], 'at', os.environ['PORT'], *sys.argv[1:])
